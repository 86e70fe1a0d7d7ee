/**
 * Set-up talks on stderr and only when something long is really being done: stdout belongs to results.
 * @param {string} message
 */
export function say(message) {
  process.stderr.write(`[lab] ${message}\n`)
}

/** @param {number} ms */
export const seconds = ms => `${(ms / 1000).toFixed(1)} s`

/**
 * Announces long work and says how long it took.
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
