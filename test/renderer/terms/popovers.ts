import { vi } from 'vitest'

/**
 * Popovers for happy-dom, which has none.
 * @returns the one that is shown
 */
export function fakePopovers(): () => HTMLElement | null {
  let shown: HTMLElement | null = null
  function told(element: HTMLElement, newState: 'open' | 'closed') {
    shown = newState === 'open' ? element : null
    element.dispatchEvent(Object.assign(new Event('toggle'), { newState }))
  }
  Object.assign(HTMLElement.prototype, { showPopover() {}, hidePopover() {} })
  vi.spyOn(HTMLElement.prototype, 'showPopover').mockImplementation(function (this: HTMLElement) { told(this, 'open') })
  vi.spyOn(HTMLElement.prototype, 'hidePopover').mockImplementation(function (this: HTMLElement) { if (shown === this) told(this, 'closed') })
  return () => shown
}
