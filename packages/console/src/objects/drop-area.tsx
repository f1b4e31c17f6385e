import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { tellFailed } from '../shared/notices.tsx'
import { objectTexts } from '../texts/objects.ts'
import { droppedFiles } from '../transfers/dropped-files.ts'
import { startUploads } from '../transfers/upload-queue.ts'
import type { Place } from './place.ts'

/** Takes files that are dropped on it. */
export function DropArea({ bucket, prefix, children }: Place & { readonly children: ComponentChildren }) {
  const [isOver, setOver] = useState(false)
  // Entering a child comes before leaving its parent.
  const depth = useRef(0)
  const move = (by: number, event: DragEvent): void => {
    event.preventDefault()
    depth.current += by
    setOver(depth.current > 0)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    depth.current = 0
    setOver(false)
    if (!event.dataTransfer) return
    droppedFiles(event.dataTransfer, prefix).then((uploads) => startUploads(bucket, uploads), tellFailed)
  }
  return (
    <div
      class="drop-area"
      onDragEnter={(event) => move(1, event)}
      onDragLeave={(event) => move(-1, event)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {isOver && <p class="drop-here">{objectTexts.dropHere(`${bucket}/${prefix}`)}</p>}
    </div>
  )
}
