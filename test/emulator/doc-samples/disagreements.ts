/** Samples that the emulator answers otherwise, each with the reason that Microsoft's own documents give. */
export const DISAGREEMENTS: Readonly<Record<string, string>> = {};
