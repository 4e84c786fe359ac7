import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApiDocument } from '../../api/openapi-document.ts';
import type { OpenApiDocument } from './paths-schema.ts';
import { typesOf } from './types-of.ts';

const file = join(import.meta.dirname, '..', 'api-types.ts');
await writeFile(file, await typesOf((await openApiDocument()) as OpenApiDocument));
process.stderr.write(`${file} is written\n`);
