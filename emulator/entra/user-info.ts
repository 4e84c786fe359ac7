import type { Answer } from '../http/answer.ts';
import { isProblem, problem } from '../http/problem.ts';
import type { Caller } from './access.ts';
import { entraJson } from './entra-answer.ts';
import type { EntraContext } from './entra-request.ts';
import { pairwiseSubject } from './sign-token.ts';

/** GET or POST /oidc/userinfo with a token for Graph: learn.microsoft.com/entra/identity-platform/userinfo. */
export function userInfo(context: EntraContext, checkAccess: (authorization: string | undefined, host?: string) => Caller): Answer {
  const { request, world, names } = context;
  try {
    const caller = checkAccess(request.header('authorization'), request.host);
    const user = caller.userId === undefined ? undefined : world.findUser(caller.userId);
    if (!user || !caller.roles.has('openid')) throw problem(403, 'UnknownError', 'The token does not hold the scope openid.');
    const profile = {
      ...{ name: user.displayName, picture: `${names.graphOrigin}/v1.0/me/photo/$value` },
      ...(user.surname === null ? {} : { family_name: user.surname }),
      ...(user.givenName === null ? {} : { given_name: user.givenName }),
    };
    const email = caller.roles.has('email') && user.mail !== null ? { email: user.mail } : {};
    return entraJson({ sub: pairwiseSubject(user.id, caller.appId), ...(caller.roles.has('profile') ? profile : {}), ...email });
  } catch (error) {
    if (!isProblem(error)) throw error;
    const body = { error: { code: error.code, message: error.message } };
    return { status: error.status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...error.headers }, body };
  }
}
