import { capabilityRow } from './capabilities.ts';
import type { CapabilityVerdict } from './credential-test.ts';

export interface Mending {
  /** The least permission that would mend it; null where it is granted, and a policy of the tenant limits it. */
  permission: string | null;
  /** For an administrator of the tenant, one after the other. */
  steps: string[];
  /** Where it is told in full. */
  docs: string;
}

const page = 'docs/azure-setup.md';

function consentSteps(permission: string, clientId: string): string[] {
  return [
    `In the Microsoft Entra admin centre (entra.microsoft.com) open App registrations, All applications, the one with client id ${clientId}`,
    `Open API permissions, Add a permission, Microsoft Graph, Application permissions (not Delegated permissions), and add ${permission}`,
    'Choose Grant admin consent for the tenant, as a Global Administrator or a Privileged Role Administrator',
    'Test the credential again: a new token holds the permission, some minutes later at the latest',
  ];
}

function accessPolicySteps(clientId: string): string[] {
  return [
    `In Exchange Online PowerShell list what keeps the app out: Get-ApplicationAccessPolicy | Where-Object AppId -eq '${clientId}'`,
    'Add the mailboxes to the group of a policy with RestrictAccess, or take them out of the group of one with DenyAccess (ScopeName names the group)',
    `Look at one mailbox: Test-ApplicationAccessPolicy -AppId ${clientId} -Identity <mailbox>`,
    'Test the credential again after 30 minutes: so long Exchange takes to hear of a change',
  ];
}

function applicationRbacSteps(clientId: string): string[] {
  return [
    `In Exchange Online PowerShell list what is assigned: Get-ManagementRoleAssignment -RoleAssigneeType ServicePrincipal | Where-Object App -eq '${clientId}'`,
    'Widen the management scope that the assignment names (Set-ManagementScope), or make another assignment with New-ManagementRoleAssignment',
    `Look at one mailbox: Test-ServicePrincipalAuthorization -Identity ${clientId} -Resource <mailbox>`,
    'Test the credential again after 30 minutes to 2 hours: so long Exchange keeps what it knew of the app',
  ];
}

/**
 * What an administrator does so that a capability works, by what was found of it; null where nothing needs to be done.
 * Policies: learn.microsoft.com/graph/auth-limit-mailbox-access, …/exchange/permissions-exo/application-rbac.
 */
export function mendingOf(verdict: CapabilityVerdict, clientId: string): Mending | null {
  const { capability, state, granted, policy, code } = verdict;
  if (state === 'works') return null;
  if (policy === 'accessPolicy')
    return { permission: null, steps: accessPolicySteps(clientId), docs: `${page}#application-access-policies` };
  if (policy === 'applicationRbac')
    return { permission: null, steps: applicationRbacSteps(clientId), docs: `${page}#rbac-for-applications` };
  if (state === 'cannotTell' && granted !== null) return null;
  const { permissions, needs } = capabilityRow(capability);
  const isGranted = granted !== null && code !== 'TrawlBasicOnly';
  // Its own permission is there: what is missing is that of something else.
  const permission = !isGranted ? permissions[0] : needs === undefined ? null : capabilityRow(needs).permissions[0];
  if (permission === null) return null;
  return { permission, steps: consentSteps(permission, clientId), docs: `${page}#${permission.toLowerCase()}` };
}
