/**
 * The names of everything that a person sees and can press, type into, drag or choose, in the order of the page
 * (page.evaluate; a single function because it is sent to the page as text). Each option of a segmented control and each tab
 * counts, disabled ones, those of the rail and the words with a card of the glossary too. Content does not: the nodes of a graph
 * with the numbers in them.
 * What is scrolled out of sight, hidden or covered is not seen.
 */
export function visibleControls(): string[] {
  const controls = 'button, a[href], input, select, textarea, summary, [role=button], [role=link], [role=tab], [role=radio], [role=checkbox], [role=switch], [role=menuitem], [role=option], [role=slider], [role=separator][tabindex], [contenteditable=true], [tabindex="0"]'

  /** What is seen of a control: of a radio button or a checkbox its label. */
  const face = (control: Element): Element => (control.matches('input') && control.closest('label')) || control
  function isSeen(control: Element): boolean {
    const shown = face(control)
    if (!shown.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    const { left, top, width, height } = shown.getBoundingClientRect()
    const places = [0.1, 0.5, 0.9].flatMap(x => [0.1, 0.5, 0.9].map(y => [left + x * width, top + y * height] as const))
    return places.some(([x, y]) => shown.contains(document.elementFromPoint(x, y)))
  }
  const isContent = (control: Element): boolean => control.matches('.graph-canvas') || control.closest('.graph-canvas .vue-flow__node') !== null
  const nameOf = (control: Element): string =>
    [control.ariaLabel, face(control).textContent, control.id && document.querySelector(`label[for="${control.id}"]`)?.textContent, control.getAttribute('title'), control.tagName]
      .map(text => text?.replaceAll(/\s+/g, ' ').trim()).find(Boolean)!.slice(0, 60)
  return [...document.querySelectorAll(controls)].filter(control => !isContent(control) && isSeen(control)).map(nameOf)
}
