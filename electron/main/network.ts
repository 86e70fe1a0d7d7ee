import { app, type Session, session } from 'electron'

/**
 * Nothing leaves the computer: Chromium finds no host and no proxy, whatever asks for one. Before 'ready'.
 * While developing the window comes from a server on this computer.
 */
export function stayOffline(): void {
  const developing = !app.isPackaged && process.env['ELECTRON_RENDERER_URL']
  app.commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${developing ? `, EXCLUDE ${new URL(developing).hostname}` : ''}`)
  app.commandLine.appendSwitch('no-proxy-server')
}

/** Chromium asks for nothing by itself: a session fetches dictionaries for its spelling checker, even where no window checks any. */
export function askForNothing({ defaultSession } = session): void {
  const quiet = (each: Session): void => {
    each.setSpellCheckerLanguages([])
    each.setSpellCheckerEnabled(false)
  }
  quiet(defaultSession)
  app.on('session-created', quiet)
}
