import type { MailboxPolicy } from '../policy-state.ts';
import { uuidOf } from '../random.ts';

/** A policy as organisation.json words it. */
export type RawPolicy =
  | { readonly kind: 'access'; readonly app: string; readonly right: 'RestrictAccess' | 'DenyAccess'; readonly scope: readonly string[] }
  | { readonly kind: 'role'; readonly app: string; readonly role: string; readonly scope?: readonly string[] };

/** Policies of the file are in force from the start on. */
export function policiesOf(raw: readonly RawPolicy[], tenantId: string): MailboxPolicy[] {
  return raw.map((policy, index) => {
    const base = { id: uuidOf(`${tenantId}:policy:${index}`), appId: policy.app.toLowerCase(), scope: policy.scope ?? [], fromMs: 0 };
    return policy.kind === 'access'
      ? { ...base, kind: policy.kind, right: policy.right }
      : { ...base, kind: policy.kind, role: policy.role };
  });
}
