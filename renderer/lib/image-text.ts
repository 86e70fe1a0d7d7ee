import { imageBytes, unitImageOf } from '@core'

/** Pixels as text, one byte each, in base64. @param pixels from 0 to 1 */
export const textOfImage = (pixels: ArrayLike<number>): string => btoa(String.fromCharCode(...imageBytes(pixels)))

/** @param text as `textOfImage` writes it */
export const imageOfText = (text: string): Float32Array => unitImageOf(Uint8Array.from(atob(text), byte => byte.charCodeAt(0)))
