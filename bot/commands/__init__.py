"""The commands of `./xinshi`, one module each: `register(app)` mounts what a module offers."""
