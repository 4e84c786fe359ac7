import { posix } from 'node:path';

export interface Import {
  /** A package's name, or a path from the project's root for a file of Trawl. */
  name: string;
  inside: boolean;
  typeOnly: boolean;
}

const statements = /^\s*(?:import|export)\s+(type\s+(?!from\b))?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const calls = /\bimport\(\s*'([^']+)'\s*\)/g;

/** Imports of a source file. `import { type X }` counts as a value: with `verbatimModuleSyntax` the module is still loaded. */
export function readImports(file: string, text: string): Import[] {
  const found = [...text.matchAll(statements)].map((match) => ({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined }));
  const dynamic = [...text.matchAll(calls)].map((match) => ({ specifier: match[1] ?? '', typeOnly: false }));
  return [...found, ...dynamic].map(({ specifier, typeOnly }) => {
    const inside = specifier.startsWith('.');
    return { name: inside ? posix.join(posix.dirname(file), specifier) : specifier, inside, typeOnly };
  });
}
