//! Where published data sets lie, and what they must be.

/// Four IDX files on the network, each as `<name>.gz`.
pub(crate) struct Published {
    /// Address of the folder.
    pub(crate) url: &'static str,
    /// MD5 of the uncompressed files, in the order of [`Part::ALL`](crate::load::Part::ALL).
    pub(crate) md5: [&'static str; 4],
}

/// Files of records, published as one gzipped tar file.
pub(crate) struct Archive {
    /// Address of the folder that it lies in.
    pub(crate) url: &'static str,
    pub(crate) file: &'static str,
    /// MD5 of the archive, as its author tells it.
    pub(crate) md5: &'static str,
    /// The folder that it unpacks to.
    pub(crate) folder: &'static str,
    pub(crate) training: &'static [RecordFile],
    pub(crate) test: &'static RecordFile,
    /// What stands before the pixels of a record; the last one is its class.
    pub(crate) labels: &'static [LabelByte],
}

/// A file in an archive.
pub(crate) struct RecordFile {
    pub(crate) name: &'static str,
    /// How many images it has as it is published.
    pub(crate) records: usize,
}

/// A label of one byte.
pub(crate) struct LabelByte {
    /// For messages.
    pub(crate) name: &'static str,
    pub(crate) classes: usize,
}

impl Archive {
    /// Names of all files, that of the test images last.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.training.iter().chain([self.test]).map(|file| file.name).collect()
    }
}
