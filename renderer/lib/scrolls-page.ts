/** Whether a wheel over an element would scroll something around it, up or down. */
export function scrollsPage(element: Element | null): boolean {
  for (let around = element?.parentElement; around; around = around.parentElement)
    if (around.scrollHeight > around.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(around).overflowY)) return true
  return false
}
