import type { JsonStore } from '@files'
import type { BrowserWindow } from 'electron'
import type { Bounds } from './bounds'

/** A presented window is laid out in this size: texts of 12 px are 24 px high on a screen of 1920×1080. */
const layout = { width: 960, height: 540 }

/** Shows the window on the whole screen and magnified while a figure is presented, and afterwards as it was. */
export class Presenter {
  #before: { readonly zoom: number, readonly fullScreen: boolean } | null = null

  /** @param store keeps the window's own zoom while it is presented: Chromium remembers the magnified one, and a window that ends while it is presented would open with that */
  constructor(
    private readonly window: Pick<BrowserWindow, 'isFullScreen' | 'setFullScreen' | 'getContentSize' | 'webContents' | 'on'>,
    private readonly store: Pick<JsonStore<Bounds>, 'value' | 'set'>,
  ) {
    const { ownZoom } = store.value
    if (ownZoom !== undefined) this.#before = { zoom: ownZoom, fullScreen: false }
    window.on('resize', () => { this.magnify() })
    window.webContents.on('did-navigate', () => { this.present(false) }) // a page that was loaded presents nothing yet
  }

  present(on: boolean): void {
    const { window } = this
    if (on === (this.#before !== null)) return
    if (on) {
      this.#before = { zoom: window.webContents.getZoomFactor(), fullScreen: window.isFullScreen() }
      this.keep({ ...this.store.value, ownZoom: this.#before.zoom })
      window.setFullScreen(true)
      return this.magnify()
    }
    const { zoom, fullScreen } = this.#before!
    this.#before = null
    window.webContents.setZoomFactor(zoom)
    window.setFullScreen(fullScreen)
    this.keep({ ...this.store.value, ownZoom: undefined })
  }

  /** Losing it does little harm: View → Actual size. */
  private keep(bounds: Bounds): void {
    this.store.set(bounds).catch((cause: unknown) => console.error(cause))
  }

  private magnify(): void {
    if (!this.#before) return
    const [width, height] = this.window.getContentSize() as [number, number]
    this.window.webContents.setZoomFactor(Math.max(this.#before.zoom, Math.min(width / layout.width, height / layout.height)))
  }
}
