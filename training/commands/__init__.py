"""The commands of ``winnow-train``, a module each, imported when its command is called: scikit-learn takes a second."""
