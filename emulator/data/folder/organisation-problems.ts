import type { ErrorObject } from 'ajv';

/** A fault of organisation.json in words: the field's place, and what should be there. */
export function schemaProblem({ instancePath, keyword, params, message }: ErrorObject): string {
  const given = params as Readonly<Record<string, unknown>>;
  if (keyword === 'additionalProperties') return `${instancePath}/${String(given['additionalProperty'])} is not known`;
  if (keyword === 'required') return `${instancePath}/${String(given['missingProperty'])} is missing`;
  if (keyword === 'enum') return `${instancePath} must be one of ${(given['allowedValues'] as readonly unknown[]).join(', ')}`;
  if (keyword === 'const') return `${instancePath} must be ${JSON.stringify(given['allowedValue'])}`;
  return `${instancePath || '/'} ${message ?? 'is wrong'}`;
}

interface Named {
  readonly users: readonly {
    readonly id?: string;
    readonly upn: string;
    readonly mail?: string | null;
    readonly aliases?: readonly string[];
  }[];
  readonly apps?: readonly { readonly clientId: string }[];
}

/** What a schema cannot say: no two may have the same id or address. */
export function doubleNames({ users, apps }: Named): string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const claim = (place: string, of: { readonly owner: string; readonly name: string | null | undefined }) => {
    if (of.name === null || of.name === undefined) return;
    const name = of.name.toLowerCase();
    const owner = owners.get(name);
    if (owner !== undefined && owner !== of.owner) problems.push(`${place} '${of.name}' belongs to ${owner} already`);
    else owners.set(name, of.owner);
  };
  for (const [index, user] of users.entries()) {
    const owner = `/users/${index}`;
    claim(`${owner}/id`, { owner, name: user.id });
    claim(`${owner}/upn`, { owner, name: user.upn });
    claim(`${owner}/mail`, { owner, name: user.mail });
    for (const [at, alias] of (user.aliases ?? []).entries()) claim(`${owner}/aliases/${at}`, { owner, name: alias });
  }
  for (const [index, app] of (apps ?? []).entries()) claim(`/apps/${index}/clientId`, { owner: `/apps/${index}`, name: app.clientId });
  return problems;
}
