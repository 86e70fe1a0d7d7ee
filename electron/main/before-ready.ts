import { app, Menu, protocol } from 'electron'
import { drawWithoutGpu } from './graphics'
import { stayOffline } from './network'
import { scheme } from './protocol'

/** Everything that Electron takes only before it is ready. */
export function prepareElectron(): void {
  // The lab has no network: its protocol's service needs no process of its own, which takes a tenth of a second to start.
  app.commandLine.appendSwitch('enable-features', 'NetworkServiceInProcess2')
  stayOffline()
  drawWithoutGpu()
  Menu.setApplicationMenu(null) // or Electron makes its own first
  // Before 'ready', so synchronously: the window's own address counts as a secure origin.
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }])
  app.setAppUserModelId('io.github.backprop-lab')
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined) // a terminal that is gone is no fault of the lab's
}
