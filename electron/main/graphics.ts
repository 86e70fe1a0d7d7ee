import { existsSync } from 'node:fs'
import { app } from 'electron'

/** Device files of graphics cards on Linux: kernel drivers, NVIDIA's driver, the card of Windows in WSL. */
const linuxCards = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg']

/**
 * Without a graphics card Chromium emulates one in software and draws through it. Skipping the emulation
 * saves 0.2 s until the first paint. Call before 'ready'.
 */
export function drawWithoutGpu(isThere: (path: string) => boolean = existsSync): void {
  if (process.platform !== 'linux' || linuxCards.some(card => isThere(card))) return
  app.disableHardwareAcceleration()
  app.commandLine.appendSwitch('disable-software-rasterizer')
}
