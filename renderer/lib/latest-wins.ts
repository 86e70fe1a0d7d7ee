/**
 * One request at a time; while one is running, only the latest argument is kept for the next.
 * @param ask the slow part
 * @param take receives each answer
 * @param failed receives what `ask` threw, and for which argument
 */
export function latestWins<A, R>(ask: (arg: A) => Promise<R>, take: (answer: R, arg: A) => void, failed: (cause: unknown, arg: A) => void): (arg: A) => void {
  let busy = false
  let next: { readonly arg: A } | null = null
  async function go(arg: A) {
    busy = true
    try { await ask(arg).then(answer => take(answer, arg), (cause: unknown) => failed(cause, arg)) }
    finally {
      busy = false
      if (next) {
        const { arg: newest } = next
        next = null
        void go(newest)
      }
    }
  }
  return (arg) => {
    if (busy) next = { arg }
    else void go(arg)
  }
}
