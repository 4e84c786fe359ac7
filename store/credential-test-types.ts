import type { GivenLogin } from '../contract/credential-login.ts';
import type { CredentialTest, CredentialTestReport, DraftCredential } from '../contract/credential-test.ts';

/** What is tested: a saved credential, or a draft with its login, which is sealed. */
export type TestSubject =
  | { credentialId: string }
  | { draft: Omit<DraftCredential, 'kind' | 'sealedSecret' | 'certificate' | 'tokenFile'> & { login: GivenLogin } };

export interface CredentialTestStore {
  /** Makes the record of a test. It goes by itself some minutes later. Throws SealError where nothing can be sealed. */
  open(test: { id: string; subject: TestSubject; addresses: readonly string[] }): Promise<void>;
  get(id: string): Promise<CredentialTest | null>;
  /** Keeps the report in the record; harmless when repeated, or when the record is gone. */
  keepReport(change: { id: string; report: CredentialTestReport }): Promise<void>;
  /** Removes the record, and a draft's login with it. */
  remove(id: string): Promise<void>;
}
