import { app, Menu, protocol } from 'electron'
import { drawWithoutGpu } from './graphics'
import { stayOffline } from './network'
import { scheme } from './protocol'

/** Settings that Electron accepts only before it is ready. */
export function prepareElectron(): void {
  // Run the network service in this process: the lab uses no network, and a separate process takes 0.1 s to start.
  app.commandLine.appendSwitch('enable-features', 'NetworkServiceInProcess2')
  stayOffline()
  drawWithoutGpu()
  Menu.setApplicationMenu(null) // otherwise Electron creates its default menu first
  // Makes the window's scheme a secure origin; Electron accepts this only before 'ready'.
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }])
  app.setAppUserModelId('io.github.backprop-lab')
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined) // Ignore write errors of a closed terminal.
}
