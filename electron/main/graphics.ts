import { existsSync } from 'node:fs'
import { app } from 'electron'

/** Where Linux shows a graphics card: its own drivers, NVIDIA's, and Windows' card inside of WSL. */
const linuxCards = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg']

/**
 * Without a graphics card Chromium first imitates one in software, and then draws through it: without that
 * the window paints a fifth of a second earlier. Before 'ready'.
 */
export function drawWithoutGpu(isThere: (path: string) => boolean = existsSync): void {
  if (process.platform !== 'linux' || linuxCards.some(card => isThere(card))) return
  app.disableHardwareAcceleration()
  app.commandLine.appendSwitch('disable-software-rasterizer')
}
