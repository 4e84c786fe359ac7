const classes = ['user', 'linked', 'shared', 'room', 'equipment', 'guest', 'unlicensed', 'onPremises', 'softDeleted'];

/** An `organisation.json` with one user of each class of mailbox, named after it; the one of class user has an archive. */
export function organisationOfClasses(domain: string): object {
  // A licence that was taken away leaves a plan in this state behind (learn.microsoft.com/graph/api/resources/assignedplan).
  const lost = {
    assignedDateTime: '2026-01-01T00:00:00Z',
    capabilityStatus: 'Deleted',
    service: 'exchange',
    servicePlanId: crypto.randomUUID(),
  };
  const users = classes.map((one) => ({
    ...{ upn: `${one.toLowerCase()}@${domain}`, mail: `${one.toLowerCase()}@${domain}`, displayName: one, class: one },
    ...(one === 'user' ? { archive: true } : {}),
    ...(one === 'softDeleted' ? { properties: { assignedPlans: [lost] } } : {}),
  }));
  return { version: 1, tenant: { id: crypto.randomUUID(), name: 'Classes', domains: [domain, 'classes.onmicrosoft.com'] }, users };
}
