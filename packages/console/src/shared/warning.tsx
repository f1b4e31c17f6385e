import { Icon } from './icon.tsx'

/** Something to know before it is saved. */
export function Warning({ text }: { readonly text: string }) {
  return (
    <div class="note warning" role="alert">
      <Icon name="warning" />
      <p>{text}</p>
    </div>
  )
}
