/**
 * Writes a message to stderr: stdout is reserved for results. Set-up reports only work that takes long.
 * @param {string} message
 */
export function say(message) {
  process.stderr.write(`[lab] ${message}\n`)
}

/** @param {number} ms */
export const seconds = ms => `${(ms / 1000).toFixed(1)} s`

/**
 * Announces long work and reports how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function timed(title, work) {
  const start = performance.now()
  say(`${title} …`)
  const result = await work()
  say(`${title}: done in ${seconds(performance.now() - start)}`)
  return result
}
