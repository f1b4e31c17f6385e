/** `folder/object`, both with leading zeroes, so that they sort as they count. */
export function keyOf(index: number, folders: number): string {
  const digits = (value: number): string => String(value).padStart(6, '0')
  return `f${digits(index % folders)}/o${digits(Math.floor(index / folders))}`
}
