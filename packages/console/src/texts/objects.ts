export const objectTexts = {
  find: 'Find by the start of a name',
  name: 'Name',
  folderItself: '(the folder itself)',
  size: 'Size',
  modified: 'Changed',
  actions: 'Actions',
  upload: 'Upload',
  uploadFolder: 'Upload folder',
  dropHere: (place: string) => `Drop files to upload them to ${place}`,
  empty: 'Nothing is here yet. Drop files here, or choose Upload.',
  noneFound: (prefix: string) => `No name here starts with “${prefix}”.`,
  shown: (count: number, isAll: boolean) =>
    isAll ? `${count.toLocaleString()} shown, all there are` : `${count.toLocaleString()} shown, more below`,
  lookedThrough: (count: number, read: number) =>
    `${count.toLocaleString()} found among ${read.toLocaleString()}, still looking`,
  selected: (count: number) => `${count.toLocaleString()} selected`,
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all that are shown',
  clear: 'Clear selection',
  download: 'Download',
  downloadZip: 'Download as zip',
  zipping: (count: number) => `${count.toLocaleString()} in the zip…`,
  showDeleted: 'Deleted',
  showThere: 'Not deleted',
  noneDeleted: 'Nothing here was deleted that can be brought back.',
  share: 'Share',
  delete: 'Delete',
  deleteQuestion: (count: number, name: string) =>
    count === 1 ? `Delete ${name}?` : `Delete ${count.toLocaleString()} objects?`,
  deleteFolders: 'Everything in the folders goes with them.',
  deleteDetail: 'Where the bucket keeps old versions they can be brought back. Else they are gone for good.',
  deleteForGood: 'A directory bucket keeps no old versions: they are gone for good.',
  deleted: (count: number) =>
    count === 1 ? '1 object is deleted.' : `${count.toLocaleString()} objects are deleted.`,
  nothingToDelete:
    'There was no object to delete. A folder of a directory bucket is also there while an upload into it is not complete.',
  notDeleted: (count: number, reason: string) => `${count.toLocaleString()} could not be deleted: ${reason}`,
  replaceQuestion: (name: string) => `${name} is there already. Replace it?`,
  replaceDetail:
    'Where the bucket keeps old versions, the one there now can be brought back. Else it is gone for good.',
  replaceForGood: 'A directory bucket keeps no old versions: the one there now is gone for good.',
  replace: 'Replace',
  skip: 'Keep what is there',
  forAll: 'The same for all others',
}

export const shareTexts = {
  title: (name: string) => `Share ${name}`,
  detail:
    'Whoever has the link can download the object until it expires. It cannot be taken back but by deactivating your access key.',
  expires: 'Link is good for',
  expiries: [
    { seconds: 900, text: '15 minutes' },
    { seconds: 3600, text: '1 hour' },
    { seconds: 86_400, text: '1 day' },
    { seconds: 604_800, text: '7 days' },
  ],
  link: 'Link',
  qr: 'QR code of the link',
  until: (date: string) => `Good until ${date}`,
  sessionEnds: 'It ends with your session, if that is earlier.',
}

export const transferTexts = {
  title: 'Transfers',
  running: (count: number) => (count === 1 ? '1 transfer is running' : `${count} transfers are running`),
  done: 'All transfers are done',
  uploaded: 'Uploaded',
  waiting: 'Waiting',
  kept: 'Left as it was',
  failed: 'Failed',
  cancelled: 'Cancelled',
  paused: 'Paused',
  pause: (name: string) => `Pause ${name}`,
  resume: (name: string) => `Resume ${name}`,
  otherFile: (name: string) =>
    `This is not the file ${name} that was being uploaded, or it has changed since.`,
  cancel: (name: string) => `Cancel ${name}`,
  progress: (name: string) => `Progress of ${name}`,
  clear: 'Clear finished',
  of: (done: string, all: string) => `${done} of ${all}`,
}
