/** Stylesheets are Vite's to bundle. */
declare module '*.css'
