//! The works of bench/work.h, done by gimli and object.
//!
//! Relocations are applied as gimli's own dwarfdump example does, with a faster
//! hash: one map per section, and a reader that looks up every address and offset.
//! Opening builds the maps of all debug sections.  A symbol's value is st_value,
//! so that every section is at 0, as the works define; `query` lays the loaded
//! sections out one behind the other and relocates only the file that is asked.
//!
//! Reading is gimli's fastest: entries_raw, which allocates nothing per DIE.

use gimli::{AttributeValue, Reader as _, Section as _, SectionId};
use object::{Object, ObjectSection, ObjectSymbol};
use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{BuildHasherDefault, Hasher};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type RelocationMap = HashMap<usize, object::Relocation, BuildHasherDefault<OffsetHasher>>;
type Slice<'a> = gimli::EndianSlice<'a, gimli::RunTimeEndian>;
type DwarfOf<'a> = gimli::Dwarf<Relocate<'a, Slice<'a>>>;
type UnitOf<'a> = gimli::Unit<Relocate<'a, Slice<'a>>>;

/// The example takes the hash that HashMap has by default.  It is made to resist
/// attackers and would be two thirds of the time that opening takes.
#[derive(Default)]
struct OffsetHasher(u64);

impl Hasher for OffsetHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("offsets are usize");
    }
    fn write_usize(&mut self, offset: usize) {
        // HashMap looks at the high bits as well as at the low ones.
        let product = (offset as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 32);
    }
}

/// Reads through a map of relocations.
#[derive(Debug, Clone)]
struct Relocate<'a, R: gimli::Reader<Offset = usize>> {
    relocations: &'a RelocationMap,
    section: R,
    reader: R,
}

impl<'a, R: gimli::Reader<Offset = usize>> Relocate<'a, R> {
    fn relocate(&self, offset: usize, value: u64) -> u64 {
        match self.relocations.get(&offset) {
            None => value,
            // The addend holds the symbol's value already.
            Some(relocation) if relocation.has_implicit_addend() => {
                value.wrapping_add(relocation.addend() as u64)
            }
            Some(relocation) => relocation.addend() as u64,
        }
    }
}

impl<'a, R: gimli::Reader<Offset = usize>> gimli::Reader for Relocate<'a, R> {
    type Endian = R::Endian;
    type Offset = R::Offset;

    fn read_address(&mut self, address_size: u8) -> gimli::Result<u64> {
        let offset = self.reader.offset_from(&self.section);
        let value = self.reader.read_address(address_size)?;
        Ok(self.relocate(offset, value))
    }
    fn read_length(&mut self, format: gimli::Format) -> gimli::Result<usize> {
        let offset = self.reader.offset_from(&self.section);
        let value = self.reader.read_length(format)?;
        <usize as gimli::ReaderOffset>::from_u64(self.relocate(offset, value as u64))
    }
    fn read_offset(&mut self, format: gimli::Format) -> gimli::Result<usize> {
        let offset = self.reader.offset_from(&self.section);
        let value = self.reader.read_offset(format)?;
        <usize as gimli::ReaderOffset>::from_u64(self.relocate(offset, value as u64))
    }
    fn read_sized_offset(&mut self, size: u8) -> gimli::Result<usize> {
        let offset = self.reader.offset_from(&self.section);
        let value = self.reader.read_sized_offset(size)?;
        <usize as gimli::ReaderOffset>::from_u64(self.relocate(offset, value as u64))
    }
    fn split(&mut self, len: Self::Offset) -> gimli::Result<Self> {
        let mut other = self.clone();
        other.reader.truncate(len)?;
        self.reader.skip(len)?;
        Ok(other)
    }
    fn endian(&self) -> Self::Endian {
        self.reader.endian()
    }
    fn len(&self) -> Self::Offset {
        self.reader.len()
    }
    fn empty(&mut self) {
        self.reader.empty()
    }
    fn truncate(&mut self, len: Self::Offset) -> gimli::Result<()> {
        self.reader.truncate(len)
    }
    fn offset_from(&self, base: &Self) -> Self::Offset {
        self.reader.offset_from(&base.reader)
    }
    fn offset_id(&self) -> gimli::ReaderOffsetId {
        self.reader.offset_id()
    }
    fn lookup_offset_id(&self, id: gimli::ReaderOffsetId) -> Option<Self::Offset> {
        self.reader.lookup_offset_id(id)
    }
    fn find(&self, byte: u8) -> gimli::Result<Self::Offset> {
        self.reader.find(byte)
    }
    fn skip(&mut self, len: Self::Offset) -> gimli::Result<()> {
        self.reader.skip(len)
    }
    fn to_slice(&self) -> gimli::Result<std::borrow::Cow<'_, [u8]>> {
        self.reader.to_slice()
    }
    fn to_string(&self) -> gimli::Result<std::borrow::Cow<'_, str>> {
        self.reader.to_string()
    }
    fn to_string_lossy(&self) -> gimli::Result<std::borrow::Cow<'_, str>> {
        self.reader.to_string_lossy()
    }
    fn read_slice(&mut self, buf: &mut [u8]) -> gimli::Result<()> {
        self.reader.read_slice(buf)
    }
}

/// One open file and the relocations of its debug sections, by section name.
struct File {
    map: memmap2::Mmap,
    relocations: HashMap<String, RelocationMap>,
    empty: RelocationMap,
}

impl File {
    /// Opens and parses; nothing is relocated.
    fn open_bare(path: &str) -> Result<File> {
        let file = fs::File::open(path)?;
        let map = unsafe { memmap2::Mmap::map(&file)? };
        object::File::parse(&map[..])?;
        Ok(File {
            map,
            relocations: HashMap::new(),
            empty: RelocationMap::default(),
        })
    }

    fn open(path: &str) -> Result<File> {
        let mut file = File::open_bare(path)?;
        file.relocate(&HashMap::new())?;
        Ok(file)
    }

    /// Fills the maps; `bases` are addresses of sections, 0 where there is none.
    fn relocate(&mut self, bases: &HashMap<object::SectionIndex, u64>) -> Result<()> {
        let object = object::File::parse(&self.map[..])?;
        for section in object.sections() {
            let name = section.name()?;
            if !name.starts_with(".debug_") {
                continue;
            }
            let mut map = RelocationMap::default();
            for (offset, mut relocation) in section.relocations() {
                if relocation.kind() != object::RelocationKind::Absolute {
                    return Err(format!("unsupported relocation in {}", name).into());
                }
                if let object::RelocationTarget::Symbol(index) = relocation.target() {
                    let symbol = object.symbol_by_index(index)?;
                    let mut address = symbol.address();
                    if !bases.is_empty() {
                        let base = symbol.section_index().and_then(|s| bases.get(&s));
                        address = address.wrapping_add(*base.unwrap_or(&0));
                    }
                    relocation.set_addend(address.wrapping_add(relocation.addend() as u64) as i64);
                }
                map.insert(offset as usize, relocation);
            }
            if !map.is_empty() {
                self.relocations.insert(name.to_string(), map);
            }
        }
        Ok(())
    }

    fn dwarf(&self) -> Result<DwarfOf<'_>> {
        let object = object::File::parse(&self.map[..])?;
        let endian = if object.is_little_endian() {
            gimli::RunTimeEndian::Little
        } else {
            gimli::RunTimeEndian::Big
        };
        gimli::Dwarf::load(|id: SectionId| -> Result<Relocate<'_, Slice<'_>>> {
            let data = match object.section_by_name(id.name()) {
                Some(section) => section.data()?,
                None => &[],
            };
            let reader = gimli::EndianSlice::new(data, endian);
            Ok(Relocate {
                relocations: self.relocations.get(id.name()).unwrap_or(&self.empty),
                section: reader,
                reader,
            })
        })
    }

    /// The unit holding the address of the function named, and what is there.
    fn query(&mut self, name: &str) -> Result<Place> {
        let (bases, address) = self.lay_out(name)?;
        self.relocate(&bases)?;
        let dwarf = self.dwarf()?;
        let mut place = Place::default();
        let mut headers = dwarf.units();
        while let Some(header) = headers.next()? {
            let unit = dwarf.unit(header)?;
            let mut ranges = dwarf.unit_ranges(&unit)?;
            let mut is_here = false;
            while let Some(range) = ranges.next()? {
                is_here |= range.begin <= address && address < range.end;
            }
            if is_here {
                find_line(&dwarf, &unit, address, &mut place)?;
                find_function(&dwarf, &unit, address, &mut place)?;
                break;
            }
        }
        Ok(place)
    }

    /// Addresses of the loaded sections, and of a function.
    fn lay_out(&self, name: &str) -> Result<(HashMap<object::SectionIndex, u64>, u64)> {
        let object = object::File::parse(&self.map[..])?;
        let mut bases = HashMap::new();
        let mut next = 0x10000;
        for section in object.sections() {
            let is_loaded = match section.flags() {
                object::SectionFlags::Elf { sh_flags } => {
                    sh_flags & u64::from(object::elf::SHF_ALLOC) != 0
                }
                _ => false,
            };
            if is_loaded {
                let align = section.align().max(1);
                next = (next + align - 1) / align * align;
                bases.insert(section.index(), next);
                next += section.size();
            }
        }
        for symbol in object.symbols() {
            if symbol.kind() == object::SymbolKind::Text && symbol.name()? == name {
                let base = symbol.section_index().and_then(|s| bases.get(&s));
                return Ok((bases.clone(), symbol.address() + base.unwrap_or(&0)));
            }
        }
        Err("no function of that name in the symbol table".into())
    }
}

#[derive(Default)]
struct Place {
    function: String,
    file: String,
    line: u64,
}

fn find_line(dwarf: &DwarfOf, unit: &UnitOf, address: u64, place: &mut Place) -> Result<()> {
    let program = match unit.line_program.clone() {
        Some(program) => program,
        None => return Ok(()),
    };
    let mut rows = program.rows();
    // The row before is the answer once the next one is behind the address.
    let mut before: Option<(u64, u64, u64)> = None;
    while let Some((header, row)) = rows.next_row()? {
        if let Some((begin, line, file)) = before {
            if begin <= address && address < row.address() {
                if let Some(entry) = header.file(file) {
                    let text = dwarf.attr_string(unit, entry.path_name())?;
                    place.file = text.to_string_lossy()?.into_owned();
                }
                place.line = line;
                return Ok(());
            }
        }
        before = match row.end_sequence() {
            true => None,
            false => Some((
                row.address(),
                row.line().map_or(0, |line| line.get()),
                row.file_index(),
            )),
        };
    }
    Ok(())
}

fn find_function(dwarf: &DwarfOf, unit: &UnitOf, address: u64, place: &mut Place) -> Result<()> {
    let mut entries = unit.entries_raw(None)?;
    while !entries.is_empty() {
        let abbreviation = match entries.read_abbreviation()? {
            Some(abbreviation) => abbreviation,
            None => continue,
        };
        if abbreviation.tag() != gimli::DW_TAG_subprogram {
            entries.skip_attributes(abbreviation.attributes())?;
            continue;
        }
        let (mut low, mut high, mut name) = (None, None, None);
        for spec in abbreviation.attributes() {
            let attribute = entries.read_attribute(*spec)?;
            match attribute.name() {
                gimli::DW_AT_low_pc => low = dwarf.attr_address(unit, attribute.value())?,
                gimli::DW_AT_high_pc => high = attribute.udata_value(),
                gimli::DW_AT_name => name = Some(attribute.value()),
                _ => {}
            }
        }
        if let (Some(low), Some(size), Some(name)) = (low, high, name) {
            if low <= address && address < low + size {
                let text = dwarf.attr_string(unit, name)?;
                place.function = text.to_string_lossy()?.into_owned();
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The counts and sums of a work, as in bench/work.h.
#[derive(Default)]
struct Counts {
    units: u64,
    dies: u64,
    attrs: u64,
    addr: (u64, u64),
    strp: (u64, u64),
    lstrp: (u64, u64),
    string: (u64, u64),
    secoff: (u64, u64),
    constant: (u64, u64),
    reference: (u64, u64),
    block: (u64, u64),
    flag_sum: u64,
    rng_lists: u64,
    rng: (u64, u64),
    loc_lists: u64,
    loc: (u64, u64),
    rows: u64,
    row_addr_sum: u64,
    row_line_sum: u64,
}

fn add(pair: &mut (u64, u64), value: u64) {
    pair.0 += 1;
    pair.1 = pair.1.wrapping_add(value);
}

/// Called for every attribute: inlined, a call would show in the times.
#[inline(always)]
fn count<'a>(
    dwarf: &DwarfOf<'a>,
    attribute: &gimli::Attribute<Relocate<'a, Slice<'a>>>,
    counts: &mut Counts,
) -> Result<()> {
    counts.attrs += 1;
    match attribute.raw_value() {
        AttributeValue::Addr(value) => add(&mut counts.addr, value),
        AttributeValue::Data1(value) => add(&mut counts.constant, value.into()),
        AttributeValue::Data2(value) => add(&mut counts.constant, value.into()),
        AttributeValue::Data4(value) => add(&mut counts.constant, value.into()),
        AttributeValue::Data8(value) => add(&mut counts.constant, value),
        AttributeValue::Udata(value) => add(&mut counts.constant, value),
        AttributeValue::Sdata(value) => add(&mut counts.constant, value as u64),
        AttributeValue::Flag(value) => counts.flag_sum += u64::from(value),
        AttributeValue::UnitRef(offset) => add(&mut counts.reference, offset.0 as u64),
        AttributeValue::Block(block) => add(&mut counts.block, block.len() as u64),
        AttributeValue::Exprloc(block) => add(&mut counts.block, block.0.len() as u64),
        AttributeValue::SecOffset(offset) => add(&mut counts.secoff, offset as u64),
        AttributeValue::String(mut text) => {
            let byte = if text.is_empty() { 0 } else { text.read_u8()? };
            add(&mut counts.string, byte.into());
        }
        // Dwarf::string would look for the end of the string as well.
        AttributeValue::DebugStrRef(offset) => {
            add(&mut counts.strp, offset.0 as u64);
            let mut text = dwarf.debug_str.reader().reader;
            text.skip(offset.0)?;
            add(&mut counts.string, text.read_u8()?.into());
        }
        AttributeValue::DebugLineStrRef(offset) => {
            add(&mut counts.lstrp, offset.0 as u64);
            let mut text = dwarf.debug_line_str.reader().reader;
            text.skip(offset.0)?;
            add(&mut counts.string, text.read_u8()?.into());
        }
        _ => {}
    }
    Ok(())
}

fn read_lists<'a>(
    dwarf: &DwarfOf<'a>,
    unit: &UnitOf<'a>,
    attribute: &gimli::Attribute<Relocate<'a, Slice<'a>>>,
    counts: &mut Counts,
) -> Result<()> {
    match (attribute.name(), attribute.value()) {
        (gimli::DW_AT_ranges, value) => {
            if let Some(mut ranges) = dwarf.attr_ranges(unit, value)? {
                counts.rng_lists += 1;
                while let Some(range) = ranges.next()? {
                    add(&mut counts.rng, range.begin);
                }
            }
        }
        (
            gimli::DW_AT_location | gimli::DW_AT_frame_base,
            value @ AttributeValue::LocationListsRef(_),
        ) => {
            if let Some(mut locations) = dwarf.attr_locations(unit, value)? {
                counts.loc_lists += 1;
                while let Some(location) = locations.next()? {
                    add(&mut counts.loc, location.range.begin);
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn walk(file: &File, with_lists: bool, counts: &mut Counts) -> Result<()> {
    let dwarf = file.dwarf()?;
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        counts.units += 1;
        let mut entries = unit.entries_raw(None)?;
        while !entries.is_empty() {
            if let Some(abbreviation) = entries.read_abbreviation()? {
                counts.dies += 1;
                for spec in abbreviation.attributes() {
                    let attribute = entries.read_attribute(*spec)?;
                    count(&dwarf, &attribute, counts)?;
                    if with_lists {
                        read_lists(&dwarf, &unit, &attribute, counts)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn lines(file: &File, counts: &mut Counts) -> Result<()> {
    let dwarf = file.dwarf()?;
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        if let Some(program) = unit.line_program.clone() {
            let mut rows = program.rows();
            while let Some((_, row)) = rows.next_row()? {
                counts.rows += 1;
                counts.row_addr_sum = counts.row_addr_sum.wrapping_add(row.address());
                counts.row_line_sum += row.line().map_or(0, |line| line.get());
            }
        }
    }
    Ok(())
}

/// The JSON line, in the order things are added.
#[derive(Default)]
struct Line(String);

impl Line {
    fn key(&mut self, name: &str) {
        let comma = if self.0.is_empty() { "" } else { "," };
        write!(self.0, "{}\"{}\":", comma, name).unwrap();
    }
    fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        write!(self.0, "\"{}\"", value).unwrap();
    }
    fn number(&mut self, name: &str, value: u64) {
        self.key(name);
        write!(self.0, "{}", value).unwrap();
    }
    fn pair(&mut self, name: &str, value: (u64, u64)) {
        self.number(&format!("{}_n", name), value.0);
        self.number(&format!("{}_sum", name), value.1);
    }
    fn walk(&mut self, counts: &Counts) {
        self.number("units", counts.units);
        self.number("dies", counts.dies);
        self.number("attrs", counts.attrs);
        self.pair("addr", counts.addr);
        self.pair("strp", counts.strp);
        self.pair("lstrp", counts.lstrp);
        self.number("str_n", counts.string.0);
        self.number("strbyte_sum", counts.string.1);
        self.pair("secoff", counts.secoff);
        self.pair("const", counts.constant);
        self.pair("ref", counts.reference);
        self.pair("blk", counts.block);
        self.number("flag_sum", counts.flag_sum);
    }
}

/// Wall and CPU seconds since it was made.
struct Stopwatch(f64, f64);

fn seconds(clock: libc::clockid_t) -> f64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    unsafe { libc::clock_gettime(clock, &mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

impl Stopwatch {
    fn start() -> Stopwatch {
        Stopwatch(
            seconds(libc::CLOCK_MONOTONIC),
            seconds(libc::CLOCK_PROCESS_CPUTIME_ID),
        )
    }
    fn print(&self, name: &str, line: &mut Line) {
        let cpu = seconds(libc::CLOCK_PROCESS_CPUTIME_ID) - self.1;
        let wall = seconds(libc::CLOCK_MONOTONIC) - self.0;
        line.key(&format!("{}_wall", name));
        write!(line.0, "{:.6}", wall).unwrap();
        line.key(&format!("{}_cpu", name));
        write!(line.0, "{:.6}", cpu).unwrap();
    }
}

fn status_kib(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1))
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[derive(Default)]
struct Arguments {
    work: String,
    files: Vec<String>,
    target: String,
    symbol: String,
}

fn parse() -> Result<Arguments> {
    let mut arguments = Arguments::default();
    for argument in std::env::args().skip(1) {
        if let Some(list) = argument.strip_prefix("--list=") {
            arguments
                .files
                .extend(fs::read_to_string(list)?.lines().map(String::from));
        } else if let Some(target) = argument.strip_prefix("--target=") {
            arguments.target = target.to_string();
        } else if let Some(symbol) = argument.strip_prefix("--symbol=") {
            arguments.symbol = symbol.to_string();
        } else if arguments.work.is_empty() {
            arguments.work = argument;
        } else {
            arguments.files.push(argument);
        }
    }
    let works = ["open", "walk", "lines", "ranges", "digest", "query"];
    if !works.contains(&arguments.work.as_str()) || arguments.files.is_empty() {
        return Err("usage: gimli_works open|walk|lines|ranges|digest|query \
                    [--list=FILE] [--target=SUBSTRING --symbol=NAME] FILE..."
            .into());
    }
    Ok(arguments)
}

fn run_open(arguments: &Arguments, line: &mut Line) -> Result<()> {
    let watch = Stopwatch::start();
    let files: Result<Vec<File>> = arguments
        .files
        .iter()
        .map(|path| File::open(path))
        .collect();
    let files = files?;
    watch.print("open", line);
    line.number("anonymous_kib", status_kib("RssAnon:"));
    drop(files);
    Ok(())
}

fn run_query(arguments: &Arguments, line: &mut Line) -> Result<()> {
    let watch = Stopwatch::start();
    let files: Result<Vec<File>> = arguments
        .files
        .iter()
        .map(|path| File::open_bare(path))
        .collect();
    let mut files = files?;
    watch.print("open", line);
    let index = arguments
        .files
        .iter()
        .position(|path| path.contains(&arguments.target));
    let watch = Stopwatch::start();
    let place = files[index.ok_or("no file matches --target")?].query(&arguments.symbol)?;
    watch.print("query", line);
    line.text("function", &place.function);
    line.text("file", &place.file);
    line.number("line", place.line);
    line.number("anonymous_kib", status_kib("RssAnon:"));
    Ok(())
}

fn run_digest(arguments: &Arguments, line: &mut Line) -> Result<()> {
    let is_single = arguments.files.len() == 1;
    let before = status_kib("RssAnon:");
    let (mut relocs, mut memory) = (0, 0);
    let watch = Stopwatch::start();
    for path in &arguments.files {
        let file = File::open(path)?;
        relocs += file
            .relocations
            .values()
            .map(|map| map.len() as u64)
            .sum::<u64>();
        if is_single {
            memory = status_kib("RssAnon:") - before;
        }
    }
    watch.print("digest", line);
    let watch = Stopwatch::start();
    for path in &arguments.files {
        File::open_bare(path)?;
    }
    watch.print("bare", line);
    line.number("relocs", relocs);
    if is_single {
        line.number("digest_kib", memory);
    }
    Ok(())
}

fn run_read(arguments: &Arguments, line: &mut Line) -> Result<()> {
    let work = arguments.work.as_str();
    let mut counts = Counts::default();
    let watch = Stopwatch::start();
    for path in &arguments.files {
        let file = File::open(path)?;
        match work {
            "lines" => lines(&file, &mut counts)?,
            _ => walk(&file, work == "ranges", &mut counts)?,
        }
    }
    watch.print(work, line);
    if work == "lines" {
        line.number("row_n", counts.rows);
        line.number("row_addr_sum", counts.row_addr_sum);
        line.number("row_line_sum", counts.row_line_sum);
    } else {
        line.walk(&counts);
        if work == "ranges" {
            line.number("rng_list_n", counts.rng_lists);
            line.number("rng_n", counts.rng.0);
            line.number("rng_begin_sum", counts.rng.1);
            line.number("loc_list_n", counts.loc_lists);
            line.number("loc_n", counts.loc.0);
            line.number("loc_begin_sum", counts.loc.1);
        }
    }
    line.number("anonymous_kib", status_kib("RssAnon:"));
    Ok(())
}

fn run() -> Result<()> {
    let arguments = parse()?;
    let mut line = Line::default();
    line.text("reader", "gimli 0.27 + object 0.30");
    line.text("work", &arguments.work);
    line.number("files", arguments.files.len() as u64);
    match arguments.work.as_str() {
        "open" => run_open(&arguments, &mut line)?,
        "query" => run_query(&arguments, &mut line)?,
        "digest" => run_digest(&arguments, &mut line)?,
        _ => run_read(&arguments, &mut line)?,
    }
    line.number("peak_kib", status_kib("VmHWM:"));
    println!("{{{}}}", line.0);
    Ok(())
}

fn main() {
    if let Err(error) = run() {
        eprintln!("works: {}", error);
        std::process::exit(1);
    }
}
