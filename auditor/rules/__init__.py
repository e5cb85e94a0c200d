"""Rules: one small file each, in a package for each family. The registry walks the packages."""
