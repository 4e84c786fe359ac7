import type { Credential } from '../contract/credential.ts';
import type { Login } from '../graph/login.ts';
import type { Store } from '../store/open-store.ts';

/** By what a credential signs in, opened. Throws SealError when no key of this process opens it. */
export async function loginOf(
  credential: Credential,
  { store, tokenFolders }: { store: Pick<Store, 'credentials'>; tokenFolders: readonly string[] },
): Promise<Login> {
  const { kind, tokenFile } = credential;
  if (kind === 'federatedToken') return { kind, tokenFile: tokenFile ?? '', folders: tokenFolders };
  const opened = await store.credentials.unseal(credential);
  return kind === 'certificate' ? { kind, pem: opened } : { kind, secret: opened };
}
