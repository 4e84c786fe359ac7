import { isAbsolute, normalize, sep } from 'node:path';
import type { GivenLogin } from '../../contract/credential-login.ts';
import { bodyFault, invalid } from '../problem.ts';
import { readCertificate, type GivenCertificate } from './read-certificate.ts';

/** The fields of a body by which a login is given; one of the first three at most. */
export interface LoginFields {
  secret?: string;
  certificate?: GivenCertificate;
  tokenFile?: string;
  secretExpiresAt?: string | null;
}

const oneOf = 'Give one of secret, certificate and tokenFile.';

/**
 * The login that a body gives, read and checked; undefined when it gives none. Throws ProblemError `invalid-request` for several,
 * for a certificate that Entra would not take, and for a token file outside of the folders that the settings allow.
 */
export async function givenLogin(
  fields: LoginFields,
  { tokenFolders }: { tokenFolders: readonly string[] },
): Promise<GivenLogin | undefined> {
  const { secret, certificate, tokenFile, secretExpiresAt } = fields;
  const given = Object.entries({ secret, certificate, tokenFile }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name);
    throw invalid(bodyFault(`/${names[1]}`, { reason: `is given beside ${names[0]}`, remedy: oneOf }));
  }
  if (secretExpiresAt !== undefined && (certificate ?? tokenFile) !== undefined)
    throw invalid(
      bodyFault('/secretExpiresAt', {
        reason: 'is for client secrets alone',
        remedy: 'Leave it out: a certificate says itself when it ends.',
      }),
    );
  if (secret !== undefined) return { kind: 'secret', secret, expiresAt: toDate(secretExpiresAt) };
  if (certificate !== undefined) return { kind: 'certificate', ...(await readCertificate(certificate)) };
  return tokenFile === undefined ? undefined : { kind: 'federatedToken', tokenFile: checkedTokenFile(tokenFile, tokenFolders) };
}

/** As `givenLogin`, for bodies that must give one. */
export async function neededLogin(fields: LoginFields, settings: { tokenFolders: readonly string[] }): Promise<GivenLogin> {
  const login = await givenLogin(fields, settings);
  if (login !== undefined) return login;
  throw invalid(bodyFault('/secret', { reason: 'is missing, and so are certificate and tokenFile', remedy: oneOf }));
}

export function toDate(text: string | null | undefined): Date | null {
  return text === undefined || text === null ? null : new Date(text);
}

/** What is there is seen by the worker, which checks once more: the file is on its machine, and may be a link. */
function checkedTokenFile(tokenFile: string, folders: readonly string[]): string {
  const path = normalize(tokenFile);
  const isAllowed = folders.some((folder) => path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));
  if (isAbsolute(path) && isAllowed && !path.endsWith(sep)) return path;
  throw invalid(
    bodyFault('/tokenFile', {
      reason: 'is not a file in a folder that this installation allows',
      remedy:
        folders.length > 0
          ? 'Give the absolute path of a file in a folder of TRAWL_FEDERATED_TOKEN_FOLDERS, or have its folder added there.'
          : 'Have its folder added to TRAWL_FEDERATED_TOKEN_FOLDERS of the API and all workers, which is empty.',
    }),
  );
}
