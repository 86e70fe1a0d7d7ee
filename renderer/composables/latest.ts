/**
 * One question at a time, the newest one next: what was asked in between is not worth an answer any more.
 * @param ask the slow part
 * @param take gets each answer; what `ask` throws goes to `failed`
 */
export function latestWins<A, R>(ask: (arg: A) => Promise<R>, take: (answer: R, arg: A) => void, failed: (cause: unknown) => void): (arg: A) => void {
  let busy = false
  let next: { readonly arg: A } | null = null
  async function go(arg: A) {
    busy = true
    try { take(await ask(arg), arg) }
    catch (cause) { failed(cause) }
    busy = false
    if (!next) return
    const { arg: newest } = next
    next = null
    void go(newest)
  }
  return (arg) => {
    if (busy) next = { arg }
    else void go(arg)
  }
}
