export const frameTexts = {
  skip: 'Skip to the content',
  places: 'Places',
  where: 'Where you are',
  buckets: 'Buckets',
  people: 'People',
  signOut: 'Sign out',
  theme: (name: string) => `Colours: ${name}. Change`,
  themes: { system: 'as the system has them', light: 'light', dark: 'dark' },
  working: 'Working',
  noSuchPlace: 'There is nothing here. Choose a place on the left.',
}
