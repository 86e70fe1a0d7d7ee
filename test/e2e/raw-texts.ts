/**
 * What is written on the screen, or named for screen readers, as no person would write it: a text's key, a placeholder that was
 * not filled in, a value that is missing, a formula that could not be set. A single function because it is sent to the page as text.
 */
export function rawTexts(): string[] {
  const raw = /\[\[[a-z][\w.]*\]\]|\{\w+\}|\bundefined\b|\bNaN\b|\[object |^[a-z]+(?:\.\w+)+$/i
  const found = new Set([...document.querySelectorAll('.katex-error')].map(formula => `formula ${formula.textContent}`))
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const said = node.textContent!.trim()
    // a program may have brackets, and names with dots
    if (raw.test(said) && !node.parentElement!.closest('code, pre, .katex-mathml, script, style')) found.add(said.slice(0, 60))
  }
  for (const named of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) if (raw.test(named.getAttribute(name) ?? '')) found.add(`${name} ${named.getAttribute(name)}`)
  return [...found]
}
