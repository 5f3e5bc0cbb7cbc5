def check(): pass
def reformat(): pass
