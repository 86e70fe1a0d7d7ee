import { app, type Session, session } from 'electron'

/**
 * Keeps the lab offline: Chromium resolves no host name and uses no proxy. Call before 'ready'.
 * During development the window comes from a server on this computer.
 */
export function stayOffline(): void {
  const developing = !app.isPackaged && process.env['ELECTRON_RENDERER_URL']
  app.commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${developing ? `, EXCLUDE ${new URL(developing).hostname}` : ''}`)
  app.commandLine.appendSwitch('no-proxy-server')
}

/** Removes the spelling checker's languages, because Electron downloads their dictionaries even when no window checks spelling. */
export function disableSpellChecker({ defaultSession } = session): void {
  const disable = (each: Session): void => {
    each.setSpellCheckerLanguages([])
    each.setSpellCheckerEnabled(false)
  }
  disable(defaultSession)
  app.on('session-created', disable)
}
