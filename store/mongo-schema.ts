/** A JSON Schema as TypeBox makes it, or MongoDB's dialect of it. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** Keywords that MongoDB's `$jsonSchema` knows and that pass unchanged (mongodb.com/docs/manual/reference/operator/query/jsonSchema). */
const passing = new Set([
  'bsonType',
  'enum',
  'required',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);
const lists = ['anyOf', 'oneOf', 'allOf'] as const;
const maps = ['properties', 'patternProperties'] as const;

/**
 * MongoDB's validator of a contract's schema. `const` becomes `enum`, `integer` becomes any number
 * without a fraction, an intersection of
 * objects becomes one object, and keywords that MongoDB refuses (`$id`, `format`, `default` …) are dropped.
 * Fields that the schema does not name stay allowed, so that an older process can meet a newer one's records.
 * Throws on a `$ref`, since dropping one would let everything pass.
 */
export function toMongoSchema(schema: SchemaNode): SchemaNode {
  if ('$ref' in schema) throw new Error(`A stored record's schema must not hold a reference: ${String(schema['$ref'])}`);
  const node = mergeAllOf(schema);
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) if (passing.has(key)) out[key] = value;
  if ('const' in node) out['enum'] = [node['const']];
  Object.assign(out, typeOf(node));
  for (const key of lists) if (key in node) out[key] = (node[key] as SchemaNode[]).map(toMongoSchema);
  for (const key of maps) if (key in node) out[key] = convertEach(node[key] as Record<string, SchemaNode>);
  if (isNode(node['items'])) out['items'] = toMongoSchema(node['items']);
  if (typeof node['additionalProperties'] === 'boolean') out['additionalProperties'] = node['additionalProperties'];
  if (isNode(node['additionalProperties'])) out['additionalProperties'] = toMongoSchema(node['additionalProperties']);
  if (Array.isArray(out['required']) && out['required'].length === 0) delete out['required'];
  return out;
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function convertEach(nodes: Record<string, SchemaNode>): Record<string, SchemaNode> {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, toMongoSchema(node)]));
}

function typeOf(node: SchemaNode): SchemaNode {
  const type = node['type'];
  if (typeof type !== 'string') return {};
  // The driver sends whole numbers beyond 32 bits as doubles.
  if (type === 'integer') return { bsonType: ['int', 'long', 'double'], multipleOf: node['multipleOf'] ?? 1 };
  if (type === 'number') return { bsonType: 'number' };
  return { bsonType: type === 'boolean' ? 'bool' : type };
}

/** An intersection as one object, so that its parts may share a validator. Parts that are no objects stay apart. */
function mergeAllOf(schema: SchemaNode): SchemaNode {
  const parts = schema['allOf'];
  if (!Array.isArray(parts)) return schema;
  const flat = (parts as SchemaNode[]).map(mergeAllOf);
  if (!flat.every((part) => part['type'] === 'object')) return schema;
  const { allOf: _, ...rest } = schema;
  return {
    ...rest,
    type: 'object',
    properties: Object.assign({}, rest['properties'], ...flat.map((part) => part['properties'])) as unknown,
    required: [...new Set([rest, ...flat].flatMap((part) => (part['required'] as string[] | undefined) ?? []))],
  };
}
