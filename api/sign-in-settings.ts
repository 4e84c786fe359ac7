import type { Role } from '../contract/api-key.ts';
import { roles } from '../contract/api-key.ts';
import { SettingsError } from '../settings/read-environment.ts';

/** How people sign in: the app registration of this API in Entra, and what its tokens say. */
export interface SignInSettings {
  tenantId: string;
  /** Of the app registration that stands for this API; tokens name it as their audience. */
  clientId: string;
  /** Origin of Entra. */
  authority: string;
  /** The value of the app role that stands for each role. */
  roles: Record<Role, string>;
  /** The credential that Graph is asked with for the groups of those who are in more than a token holds; null asks nobody. */
  groupsCredentialId: string | null;
}

export interface SignInValues {
  TRAWL_OIDC_TENANT_ID: string;
  TRAWL_OIDC_CLIENT_ID: string;
  TRAWL_OIDC_AUTHORITY: string;
  TRAWL_OIDC_ADMIN_ROLE: string;
  TRAWL_OIDC_OPERATOR_ROLE: string;
  TRAWL_OIDC_READER_ROLE: string;
  TRAWL_OIDC_GROUPS_CREDENTIAL: string;
}

/** Null when nobody signs in. Throws SettingsError for half of a setting. */
export function toSignInSettings(values: SignInValues): SignInSettings | null {
  const { TRAWL_OIDC_TENANT_ID: tenantId, TRAWL_OIDC_CLIENT_ID: clientId, TRAWL_OIDC_GROUPS_CREDENTIAL: credentialId } = values;
  if ((tenantId === '') !== (clientId === '')) {
    throw new SettingsError([
      'TRAWL_OIDC_TENANT_ID and TRAWL_OIDC_CLIENT_ID belong together: set both, or neither where nobody signs in through Entra',
    ]);
  }
  if (tenantId === '') return null;
  const names = { admin: values.TRAWL_OIDC_ADMIN_ROLE, operator: values.TRAWL_OIDC_OPERATOR_ROLE, reader: values.TRAWL_OIDC_READER_ROLE };
  if (new Set(Object.values(names)).size < roles.length) {
    throw new SettingsError(['TRAWL_OIDC_ADMIN_ROLE, TRAWL_OIDC_OPERATOR_ROLE and TRAWL_OIDC_READER_ROLE must be three different names']);
  }
  return {
    tenantId,
    clientId,
    authority: values.TRAWL_OIDC_AUTHORITY,
    roles: names,
    groupsCredentialId: credentialId === '' ? null : credentialId,
  };
}
