/** Fits the header and the credential scope of a signature, whatever made the key. */
export const ACCESS_KEY_ID = /^[\w.@-]{3,128}$/
export const ACCESS_KEY_ID_FORM = '3 to 128 letters, digits, or any of . _ @ -'

export const SECRET_ACCESS_KEY = /^[\x21-\x7e]{8,128}$/
export const SECRET_ACCESS_KEY_FORM = '8 to 128 visible ASCII characters without spaces'
