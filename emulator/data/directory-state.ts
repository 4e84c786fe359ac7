import type { WorldChange } from './changes.ts';
import { createEntraState, isEntraChange, type EntraState } from './entra-state.ts';
import type { AppRegistration, User } from './model.ts';

export interface DirectoryState {
  users(): readonly User[];
  /** By object id, user principal name or any SMTP address, without regard to case. */
  findUser(idOrAddress: string): User | undefined;
  apps(): readonly AppRegistration[];
  findApp(clientId: string): AppRegistration | undefined;
  readonly entra: Omit<EntraState, 'apply'>;
  apply(change: Exclude<WorldChange, { op: 'clock.set' }>, atMs: number): void;
}

/** Users and app registrations as they are now. */
export function createDirectoryState(base: { users: readonly User[]; apps: readonly AppRegistration[] }): DirectoryState {
  const entra = createEntraState();
  const users = new Map<string, User>();
  const byName = new Map<string, User>();
  const apps = new Map(base.apps.map((app) => [app.clientId, app]));
  const add = (user: User) => {
    users.set(user.id, user);
    for (const name of namesOf(user)) byName.set(name, user);
  };
  const remove = (userId: string) => {
    const user = users.get(userId);
    users.delete(userId);
    for (const name of user ? namesOf(user) : []) if (byName.get(name)?.id === userId) byName.delete(name);
  };
  base.users.forEach(add);
  return {
    users: () => [...users.values()],
    findUser: (idOrAddress) => users.get(idOrAddress.toLowerCase()) ?? byName.get(idOrAddress.toLowerCase()),
    apps: () => [...apps.values()],
    findApp: (clientId) => apps.get(clientId.toLowerCase()),
    entra,
    apply: (change, atMs) => {
      if (isEntraChange(change)) entra.apply(change, atMs);
      else if (change.op === 'user.add') add(change.user);
      else if (change.op === 'user.remove') remove(change.userId);
      else if (change.op === 'app.remove') apps.delete(change.clientId);
      else apps.set(change.app.clientId, change.app);
    },
  };
}

function namesOf(user: User): string[] {
  return [user.upn, ...(user.mail ? [user.mail] : []), ...user.aliases].map((name) => name.toLowerCase());
}
