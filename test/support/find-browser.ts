import { findOnPath } from '../../stack/find-on-path.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** A Chromium or Chrome: that of `TRAWL_TEST_BROWSER`, or the first on PATH; null when there is none. */
export function findBrowser(env: NodeJS.ProcessEnv): string | null {
  const given = env['TRAWL_TEST_BROWSER'];
  if (given) return given;
  for (const name of names) {
    const path = findOnPath(name, env);
    if (path !== null) return path;
  }
  return null;
}
