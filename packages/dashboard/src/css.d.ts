// A style sheet that the build takes in.
declare module '*.css'
