import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../shared/icon.tsx'
import { objectTexts } from '../texts/objects.ts'
import { chosenFiles } from '../transfers/dropped-files.ts'
import { startUploads } from '../transfers/upload-queue.ts'
import type { Place } from './place.ts'

/** Choose files, or a folder, to upload. */
export function UploadButtons(place: Place) {
  return (
    <>
      <FileButton {...place} label={objectTexts.uploadFolder} isFolder={true} />
      <FileButton {...place} label={objectTexts.upload} isFolder={false} />
    </>
  )
}

interface FileButtonProps extends Place {
  readonly label: string
  readonly isFolder: boolean
}

function FileButton({ bucket, prefix, label, isFolder }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current) input.current.webkitdirectory = isFolder
  }, [isFolder])
  const chosen = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void => {
    if (currentTarget.files) startUploads(bucket, chosenFiles(currentTarget.files, prefix))
    // The same file may be chosen again.
    currentTarget.value = ''
  }
  return (
    <>
      <button type="button" class={isFolder ? '' : 'primary'} onClick={() => input.current?.click()}>
        <Icon name={isFolder ? 'folder' : 'upload'} />
        {label}
      </button>
      <input ref={input} type="file" multiple hidden aria-label={label} onChange={chosen} />
    </>
  )
}
