type Environment = Record<string, string | undefined>;

export const broughtVersion: string;
export const broughtPackages: Record<string, string>;

/** True for the Node versions that Trawl promises to run on. */
export function isSuitable(version: string): boolean;

/** The Node binary to run Trawl with. Throws an Error with the remedy when none can be had. */
export function chooseNode(options: {
  version?: string;
  platform?: string;
  cacheDir: string;
  env: Environment;
  say: (line: string) => void;
}): Promise<string>;
