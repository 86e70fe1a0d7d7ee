import type { BrowserWindow } from 'electron'

/** A presented window is laid out in this size: texts of 12 px are 24 px high on a screen of 1920×1080. */
const layout = { width: 960, height: 540 }

/** Shows the window on the whole screen and magnified while a figure is presented, and afterwards as it was. */
export class Presenter {
  #before: { readonly zoom: number, readonly fullScreen: boolean } | null = null

  constructor(private readonly window: Pick<BrowserWindow, 'isFullScreen' | 'setFullScreen' | 'getContentSize' | 'webContents' | 'on'>) {
    window.on('resize', () => { this.magnify() })
    window.webContents.on('did-navigate', () => { this.present(false) }) // a reloaded page presents nothing
  }

  present(on: boolean): void {
    const { window } = this
    if (on === (this.#before !== null)) return
    if (on) {
      this.#before = { zoom: window.webContents.getZoomFactor(), fullScreen: window.isFullScreen() }
      window.setFullScreen(true)
      return this.magnify()
    }
    const { zoom, fullScreen } = this.#before!
    this.#before = null
    window.webContents.setZoomFactor(zoom)
    window.setFullScreen(fullScreen)
  }

  private magnify(): void {
    if (!this.#before) return
    const [width, height] = this.window.getContentSize() as [number, number]
    this.window.webContents.setZoomFactor(Math.max(this.#before.zoom, Math.min(width / layout.width, height / layout.height)))
  }
}
