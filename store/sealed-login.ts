import type { Credential } from '../contract/credential.ts';
import type { GivenLogin } from '../contract/credential-login.ts';
import type { Sealer } from './sealer.ts';

type StoredLogin = Pick<Credential, 'kind' | 'sealedSecret' | 'certificate' | 'tokenFile' | 'expiresAt'>;

/** A login as it is stored: what is secret of it sealed for its owner, all else in the open. */
export async function sealedLogin(login: GivenLogin, { ownerId, sealer }: { ownerId: string; sealer: () => Sealer }): Promise<StoredLogin> {
  const none = { sealedSecret: null, certificate: null, tokenFile: null, expiresAt: null };
  const seal = (secret: string) => sealer().seal({ credentialId: ownerId, secret });
  switch (login.kind) {
    case 'secret':
      return { ...none, kind: 'secret', sealedSecret: await seal(login.secret), expiresAt: login.expiresAt };
    case 'certificate': {
      const { pem, certificate } = login;
      return { ...none, kind: 'certificate', sealedSecret: await seal(pem), certificate, expiresAt: certificate.notAfter };
    }
    case 'federatedToken':
      return { ...none, kind: 'federatedToken', tokenFile: login.tokenFile };
  }
}
