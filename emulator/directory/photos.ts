import type { Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { BASIC_READERS, OWN_READERS, READERS } from './access.ts';

/** learn.microsoft.com/graph/api/profilephoto-get#permissions. */
const VIEWERS = [...READERS.user, ...BASIC_READERS, ...OWN_READERS, 'ProfilePhoto.Read.All', 'ProfilePhoto.ReadWrite.All'];

const PATHS = ['photo', 'photo/$value', 'photos/{profilePhoto-id}', 'photos/{profilePhoto-id}/$value'];

/** Userinfo's claim `picture` leads here, and sign-in libraries ask for it; nobody in the emulator has a photo. */
export const photoRoutes: readonly GraphRoute[] = PATHS.map((path) =>
  directoryRoute(`/users/{user-id}/${path}`, { kind: 'users.photo', roles: VIEWERS, handle: noPhoto }),
);

function noPhoto({ world, params }: GraphContext): Answer {
  const wanted = params['user-id']!;
  if (!world.findUser(wanted)) throw PROBLEMS.noSuchObject(wanted);
  throw problem(404, 'ImageNotFound', "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.");
}
