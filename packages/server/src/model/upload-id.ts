const UPLOAD_ID = /^[0-9a-f]{40}$/

/** Whether a text can be an upload's id. What cannot need not be looked for, and may be too long for a key of the store. */
export function isUploadId(text: string): boolean {
  return UPLOAD_ID.test(text)
}
