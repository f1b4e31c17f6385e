import { useState } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { Icon } from './icon.tsx'

/** Puts a text into the clipboard. */
export function CopyButton({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await copyText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <button type="button" onClick={() => void copy()}>
      <Icon name="copy" />
      <span role="status">{isCopied ? commonTexts.copied : commonTexts.copy}</span>
    </button>
  )
}

/** Browsers have a clipboard on https and on localhost alone; elsewhere the old way. */
async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext) return navigator.clipboard.writeText(text)
  const holder = document.createElement('textarea')
  holder.value = text
  const place = document.querySelector('dialog[open]') ?? document.body
  place.append(holder)
  holder.select()
  document.execCommand('copy')
  holder.remove()
}
