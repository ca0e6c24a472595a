/** The code of a screen is loaded when it is first shown; a server that restarts meanwhile is waited for. */

const TRIES = 10;
const AGAIN_MS = 2000;

/** Errors: that of the last try. */
export async function patiently<Value>(load: () => Promise<Value>): Promise<Value> {
  for (let left = TRIES - 1; left > 0; left -= 1) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  return load();
}
