import { vi } from 'vitest'

/** Recorded drawing calls with their arguments and the settings at that moment. */
export interface Drawn { readonly call: string, readonly args: readonly unknown[], readonly fillStyle: unknown, readonly strokeStyle: unknown }

/**
 * Gives every canvas a recording context, since happy-dom has none.
 * @returns the calls so far, for all canvases together
 */
export function recordCanvases(): Drawn[] {
  const drawn: Drawn[] = []
  const contexts = new WeakMap<HTMLCanvasElement, unknown>()
  const made = (canvas: HTMLCanvasElement): unknown => {
    const settings: Record<string, unknown> = { canvas, fillStyle: '#000000', strokeStyle: '#000000' }
    const answers: Readonly<Record<string, (...args: never[]) => unknown>> = {
      measureText: (text: string) => ({ width: 6 * text.length, actualBoundingBoxAscent: 8, actualBoundingBoxDescent: 2 }),
      createImageData: (width: number, height: number) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
    }
    return new Proxy(settings, {
      get(target, name) {
        if (typeof name !== 'string' || name in target) return target[String(name)]
        return (...args: never[]) => {
          drawn.push({ call: name, args, fillStyle: settings['fillStyle'], strokeStyle: settings['strokeStyle'] })
          return answers[name]?.(...args)
        }
      },
    })
  }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    if (!contexts.has(this)) contexts.set(this, made(this))
    return contexts.get(this) as never
  })
  return drawn
}

/** Resolves after the next animation frame, in which changes are drawn. */
export const frame = async (): Promise<void> => {
  await new Promise((done) => { requestAnimationFrame(done) })
  await new Promise((done) => { setTimeout(done, 0) })
}
