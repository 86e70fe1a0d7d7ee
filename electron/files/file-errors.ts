import { type ErrorCode, LabError } from '@core'

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'file.missing', EISDIR: 'file.isFolder', ENOTDIR: 'file.notFolder', EACCES: 'file.denied', EPERM: 'file.denied',
  ENOSPC: 'file.full', EDQUOT: 'file.full', EROFS: 'file.readOnly',
}

/** Converts a system error into a LabError, whose code has a translated message. @param file the name to show */
export function fileError(cause: unknown, file: string): LabError {
  if (cause instanceof LabError) return cause
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException
  return new LabError(codes[code] ?? 'file.other', `${file}: ${message}`, { file, found: code || message })
}
