import { describe, expect, test } from 'vitest';
import { capabilities, capabilityRows, grantOf } from './capabilities.ts';
import type { CapabilityVerdict } from './credential-test.ts';
import { excessPermissions } from './excess-permissions.ts';
import { mendingOf } from './mend-capability.ts';
import { possibleScopes } from './possible-scopes.ts';

const works = (capability: CapabilityVerdict['capability'], changes: Partial<CapabilityVerdict> = {}): CapabilityVerdict => ({
  ...{ capability, state: 'works', code: null, granted: 'Some.Read', policy: null, tried: null },
  ...changes,
});
const all = (changes: Partial<Record<CapabilityVerdict['capability'], Partial<CapabilityVerdict>>> = {}) =>
  capabilities.map((capability) => works(capability, changes[capability]));
const refused = { state: 'refused', code: 'ErrorAccessDenied', granted: null } as const;
const statesOf = (verdicts: CapabilityVerdict[]) => Object.fromEntries(possibleScopes(verdicts).map(({ scope, state }) => [scope, state]));

test('the table has each capability once, with permissions that are told apart', () => {
  expect(capabilityRows.map(({ capability }) => capability)).toEqual([...capabilities]);
  for (const { permissions } of capabilityRows) expect(new Set(permissions).size).toBe(permissions.length);
});

test('a permission gives what it holds, and the least one is named', () => {
  expect(grantOf('groups', ['Directory.Read.All', 'GroupMember.Read.All'])).toBe('GroupMember.Read.All');
  expect(grantOf('mailBodies', ['Mail.ReadBasic.All'])).toBeNull();
  // A permission to write does not let an app subscribe.
  expect(grantOf('notifications', ['Mail.ReadWrite'])).toBeNull();
});

describe('which scopes are possible', () => {
  test('follows from what each needs', () => {
    expect(statesOf(all())).toEqual({ everything: 'works', domain: 'works', group: 'works', user: 'works' });
    expect(statesOf(all({ domains: refused }))).toMatchObject({ everything: 'works', domain: 'refused', group: 'works' });
    expect(statesOf(all({ groups: refused }))).toMatchObject({ domain: 'works', group: 'refused', user: 'works' });
    expect(possibleScopes(all({ users: refused, mail: refused }))[0]).toEqual({
      ...{ scope: 'everything', state: 'refused', missing: ['users', 'mail'] },
    });
  });

  test('is limited as mailboxes are, and not by what there was nothing to try on', () => {
    expect(statesOf(all({ mail: { state: 'partly' } }))).toMatchObject({ everything: 'partly', user: 'partly' });
    expect(statesOf(all({ mailBodies: { state: 'cannotTell', code: 'TrawlNothingToTry' } }))).toMatchObject({ everything: 'works' });
    expect(statesOf(all({ mailBodies: { state: 'cannotTell', code: 'TrawlTimeout' } }))).toMatchObject({ everything: 'cannotTell' });
    expect(statesOf(all({ sites: refused, notifications: refused, mailboxSettings: refused }))).toMatchObject({ everything: 'works' });
  });
});

test.each([
  ['Mail.ReadWrite', 'writes', ['Mail.Read']],
  ['Mail.Send', 'writes', []],
  ['Directory.Read.All', 'wider', ['User.Read.All', 'GroupMember.Read.All', 'Domain.Read.All']],
  ['Group.Read.All', 'wider', ['GroupMember.Read.All']],
  ['Sites.FullControl.All', 'writes', ['Files.Read.All', 'Sites.Read.All']],
  ['AuditLog.Read.All', 'unused', []],
])('%s is more than needed: it %s', (permission, reason, instead) => {
  const found = excessPermissions(['User.Read.All', permission]);
  expect(found.map((one) => [one.permission, one.reason])).toEqual([[permission, reason]]);
  for (const one of instead) expect(found[0]!.instead).toContain(one);
});

test('the least permissions are not too much', () => {
  expect(excessPermissions(capabilityRows.map(({ permissions }) => permissions[0]))).toEqual([]);
});

describe('what mends it', () => {
  const mend = (verdict: CapabilityVerdict) => mendingOf(verdict, 'client-1');

  test('is the least permission, with steps that name the app', () => {
    const found = mend(works('groups', refused))!;
    expect(found).toMatchObject({ permission: 'GroupMember.Read.All', docs: 'docs/azure-setup.md#groupmember.read.all' });
    expect(found.steps.join('\n')).toMatch(/client-1[^]*GroupMember\.Read\.All[^]*admin consent/);
  });

  test('is the policy where one limits what was consented to', () => {
    const byAccess = mend(works('mail', { state: 'partly', policy: 'accessPolicy' }))!;
    expect(byAccess).toMatchObject({ permission: null, docs: 'docs/azure-setup.md#application-access-policies' });
    expect(byAccess.steps.join('\n')).toContain('Test-ApplicationAccessPolicy -AppId client-1');
    const byRole = mend(works('mail', { state: 'partly', granted: null, policy: 'applicationRbac' }))!;
    expect(byRole.steps.join('\n')).toContain('Test-ServicePrincipalAuthorization');
  });

  test('is nothing where it works, or could only not be tried', () => {
    expect(mend(works('mail'))).toBeNull();
    expect(mend(works('mail', { state: 'cannotTell', code: 'TrawlNothingToTry' }))).toBeNull();
  });

  test('is the permission for the whole where there is one for the basics', () => {
    const basics = works('mailBodies', { state: 'refused', granted: null, code: 'TrawlBasicOnly' });
    expect(mend(basics)).toMatchObject({ permission: 'Mail.Read' });
  });

  test('is what it needs besides, where its own permission is there', () => {
    expect(mend(works('archive', { state: 'refused', granted: 'User.Read.All' }))).toMatchObject({ permission: 'Mail.ReadBasic.All' });
  });
});
