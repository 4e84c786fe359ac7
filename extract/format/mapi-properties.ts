/** One property of a message or an attachment (MS-OXTNEF 2.1.3.4); texts and bytes only, others are passed over. */
export interface MapiProperty {
  id: number;
  type: number;
  value: Buffer;
}

const fixedBytes: Record<number, number> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xa: 4, 0xb: 4, 0x14: 8, 0x40: 8, 0x48: 16 };
const string8 = 0x1e;
export const unicode = 0x1f;
const binary = 0x102;
export const object = 0x0d;
const multiple = 0x1000;
const firstNamed = 0x8000;
const upTo4 = (length: number) => Math.ceil(length / 4) * 4;

/** Throws RangeError where the properties reach beyond their end. */
export function readProperties(data: Buffer): MapiProperty[] {
  const properties: MapiProperty[] = [];
  let at = 4;
  const next = () => {
    at += 4;
    return data.readUInt32LE(at - 4);
  };
  const name = () => {
    at += 16;
    const isNumber = next() === 0;
    const length = isNumber ? 4 : upTo4(next());
    at += length;
  };
  for (let count = data.readUInt32LE(0); count > 0; count -= 1) {
    const type = data.readUInt16LE(at);
    const id = data.readUInt16LE(at + 2);
    at += 4;
    if (id >= firstNamed) name();
    const base = type & ~multiple;
    const fixed = fixedBytes[base];
    const isVariable = base === string8 || base === unicode || base === binary || base === object;
    if (fixed === undefined && !isVariable) throw new RangeError(`Property type ${type} is not known`);
    let values = isVariable || (type & multiple) !== 0 ? next() : 1;
    for (; values > 0; values -= 1) {
      const length = fixed ?? next();
      if (at + length > data.length) throw new RangeError('A property reaches beyond its end');
      if (isVariable) properties.push({ id, type: base, value: data.subarray(at, at + length) });
      at += upTo4(length);
    }
  }
  return properties;
}
